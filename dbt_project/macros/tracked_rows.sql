{#
    The events of one relation with every column a tracked event can have.
    stated: columns as SQL, where the relation has them under another name or not at all;
    what is neither there nor stated is in `missing`.
#}
{% macro tracked_rows(relation, source, stated={}, missing=[]) -%}
    {%- set columns = [
        'record_kind', 'event_name', 'app_user_id', 'anonymous_id', 'unionid', 'phone', 'email',
        'real_name', 'gender', 'province', 'city', 'order_no', 'rating', 'nps_score', 'body_text',
        'occurred_at', '_source_file', '_line_number', '_content_hash',
    ] -%}
    select
        '{{ source }}' as source,
        {%- for column in columns %}
        {% if column in missing -%}
            cast(null as string) as {{ column }}
        {%- elif column in stated -%}
            {{ stated[column] }} as {{ column }}
        {%- else -%}
            {{ column }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}
