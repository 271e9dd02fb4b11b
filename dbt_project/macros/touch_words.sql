{# What an event or an answer means. #}


{# The meaning of a tracked event, by the lists of the var `event_kinds`; `app_event` otherwise. #}
{% macro event_kind(column) -%}
    case
        {%- for kind in var('event_kinds') %}
        when {{ column }} in ('{{ var('event_kinds')[kind] | join("', '") }}') then '{{ kind }}'
        {%- endfor %}
        else 'app_event'
    end
{%- endmacro %}


{# good / neutral / bad of 1 to 5 stars; null when no number is given. #}
{% macro stars_rating(column) -%}
    case
        when try_cast({{ column }} as decimal(18, 2)) >= 4 then 'good'
        when try_cast({{ column }} as decimal(18, 2)) >= 3 then 'neutral'
        when try_cast({{ column }} as decimal(18, 2)) >= 0 then 'bad'
    end
{%- endmacro %}


{# good / neutral / bad of the 0 to 10 of an NPS answer: promoter, passive, detractor. #}
{% macro nps_rating(column) -%}
    case
        when try_cast({{ column }} as decimal(18, 2)) >= 9 then 'good'
        when try_cast({{ column }} as decimal(18, 2)) >= 7 then 'neutral'
        when try_cast({{ column }} as decimal(18, 2)) >= 0 then 'bad'
    end
{%- endmacro %}
