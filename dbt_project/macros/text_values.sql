{# A number at a path of a JSON text; null when it is no number: landing checks no nested values. #}
{% macro json_decimal(column, path, scale=2) -%}
    try_cast({{ json_str(column, path) }} as decimal(18, {{ scale }}))
{%- endmacro %}


{# The n-th part (from 1) of a text cut at a delimiter; null or '' when there is none. #}
{% macro text_part(column, delimiter, part) -%}
    split_part({{ column }}, '{{ delimiter }}', {{ part }})
{%- endmacro %}
