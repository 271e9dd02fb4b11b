{# What a row of an export says about a person, as rows of their own. #}


{#
    Identifiers side by side in one row → one row each, nulls left out.
    identifiers: list of {namespace, column, strength, scope (default ''), rule (default the rule given)}
#}
{% macro identifier_rows(relation, source, record, rule, seen_at, identifiers) -%}
    select
        cast(record_id as string) as record_id,
        cast(namespace as string) as namespace,
        cast(scope as string) as scope,
        cast(identifier as string) as identifier,
        cast(strength as string) as strength,
        cast(rule as string) as rule,
        cast(seen_at as timestamp) as seen_at,
        '{{ source }}' as source,
        _source_file as source_file,
        _line_number as line_number
    from (
        select
            {{ record }} as record_id,
            case places.place
                {%- for identifier in identifiers %}
                when {{ loop.index }} then '{{ identifier.namespace }}'
                {%- endfor %}
            end as namespace,
            case places.place
                {%- for identifier in identifiers %}
                when {{ loop.index }} then {{ identifier.scope | default("''") }}
                {%- endfor %}
            end as scope,
            case places.place
                {%- for identifier in identifiers %}
                when {{ loop.index }} then {{ identifier.column }}
                {%- endfor %}
            end as identifier,
            case places.place
                {%- for identifier in identifiers %}
                when {{ loop.index }} then '{{ identifier.strength }}'
                {%- endfor %}
            end as strength,
            case places.place
                {%- for identifier in identifiers %}
                when {{ loop.index }} then '{{ identifier.rule | default(rule) }}'
                {%- endfor %}
            end as rule,
            {{ seen_at }} as seen_at,
            said._source_file,
            said._line_number
        from {{ relation }} as said
        cross join ({{ places(identifiers | length) }}) as places
    ) as identifiers
    where identifier is not null and record_id is not null
{%- endmacro %}


{#
    Attributes side by side in one row → one row each, nulls left out.
    attributes: list of {attribute, column, verified (true or false)}
#}
{% macro attribute_rows(relation, source, record, seen_at, attributes) -%}
    select
        cast(record_id as string) as record_id,
        cast(attribute as string) as attribute,
        cast(value as string) as value,
        is_verified,
        cast(seen_at as timestamp) as seen_at,
        '{{ source }}' as source,
        _source_file as source_file,
        _line_number as line_number
    from (
        select
            {{ record }} as record_id,
            case places.place
                {%- for attribute in attributes %}
                when {{ loop.index }} then '{{ attribute.attribute }}'
                {%- endfor %}
            end as attribute,
            case places.place
                {%- for attribute in attributes %}
                when {{ loop.index }} then {{ attribute.column }}
                {%- endfor %}
            end as value,
            case places.place
                {%- for attribute in attributes %}
                when {{ loop.index }} then {{ attribute.verified }}
                {%- endfor %}
            end as is_verified,
            {{ seen_at }} as seen_at,
            said._source_file,
            said._line_number
        from {{ relation }} as said
        cross join ({{ places(attributes | length) }}) as places
    ) as attributes
    where value is not null and record_id is not null
{%- endmacro %}


{# The numbers 1 to n, one row each. #}
{% macro places(n) -%}
    {%- for place in range(1, n + 1) -%}
    select {{ place }} as place{{ ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
