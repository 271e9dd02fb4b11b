{# Both ends of identity links for which a condition holds, each with the other end's hash. #}
{% macro link_ends(condition) -%}
    select
        left_namespace as namespace,
        left_identifier_hash as identifier_hash,
        right_identifier_hash as other_hash
    from {{ source('exchange', 'identity_links') }}
    where {{ condition }}
    union all
    select
        right_namespace as namespace,
        right_identifier_hash as identifier_hash,
        left_identifier_hash as other_hash
    from {{ source('exchange', 'identity_links') }}
    where {{ condition }}
{%- endmacro %}
