{# Text as it may be published. #}


{# Free text for publishing: runs of digits long enough to be a phone, and e-mail addresses, are struck out. #}
{% macro scrub(column) -%}
    {%- set without_email = regexp_replace_all(column, '[A-Za-z0-9._%+-]+[@＠][A-Za-z0-9.-]+', '***') -%}
    {{ regexp_replace_all(without_email, '[+＋]?[0-9０-９](?:[ 　()（）.·_—-]{0,2}[0-9０-９]){6,}', '***') }}
{%- endmacro %}


{# As `scrub`, but an order number, campaign or scene code is left as it is. #}
{% macro scrub_code(column) -%}
    case
        when
            {{ regexp_like(column, '^[A-Za-z0-9_:.-]{12,64}$') }}
            and not {{ regexp_like(column, '^(00)?(86)?1[3-9][0-9]{9}$') }}
            then {{ column }}
        else {{ scrub(column) }}
    end
{%- endmacro %}


{# As `scrub`; most names of events and products hold nothing that could be struck out. #}
{% macro scrub_name(column) -%}
    case
        when {{ regexp_like(column, '[0-9０-９@＠]') }} then {{ scrub(column) }} else {{ column }}
    end
{%- endmacro %}


{# 王** of a real name. #}
{% macro mask_name(column) -%}
    substr({{ column }}, 1, 1) || '**'
{%- endmacro %}
