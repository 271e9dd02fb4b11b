{# The events of one relation with every column a tracked event can have; see same_columns. #}
{% macro tracked_rows(relation, source, stated={}, missing=[]) -%}
    {{
        same_columns(
            relation,
            [
                'source', 'record_kind', 'event_name', 'app_user_id', 'anonymous_id', 'unionid',
                'phone', 'email', 'real_name', 'gender', 'province', 'city', 'order_no', 'rating',
                'nps_score', 'body_text', 'occurred_at', '_source_file', '_line_number',
                '_content_hash',
            ],
            dict(stated, source="'" ~ source ~ "'"),
            missing
        )
    }}
{%- endmacro %}
