{# By which a tracked event names a person or a device, and what kind of record does. #}
{% macro tracked_ids() -%}
    {{
        return([
            'source', 'record_kind', 'app_user_id', 'anonymous_id', 'unionid', 'phone', 'email',
        ])
    }}
{%- endmacro %}


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
