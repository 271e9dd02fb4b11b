{# The business day of the brand (Asia/Shanghai). #}


{# The business day (Asia/Shanghai) of a UTC time. #}
{% macro business_date(column) -%}
    cast({{ column }} + interval '{{ var("business_utc_offset_hours") }}' hour as date)
{%- endmacro %}


{# The UTC time at which a business day begins. #}
{% macro start_of_day(column) -%}
    cast({{ column }} as timestamp) - interval '{{ var("business_utc_offset_hours") }}' hour
{%- endmacro %}
