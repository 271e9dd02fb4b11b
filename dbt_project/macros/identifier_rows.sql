{#
    Identifiers side by side in one row → one row each, nulls left out.
    source, rule: names; without them the relation's own columns `source` and `rule` are read.
    identifiers: list of {namespace, column, strength, scope (default ''), rule (default: as above)}
#}
{% macro identifier_rows(relation, record, seen_at, identifiers, source=none, rule=none) -%}
    {%- set row_source = "'" ~ source ~ "'" if source else 'said.source' -%}
    {%- set row_rule = "'" ~ rule ~ "'" if rule else 'said.rule' -%}
    select
        cast(record_id as string) as record_id,
        cast(namespace as string) as namespace,
        cast(scope as string) as scope,
        cast(identifier as string) as identifier,
        cast(strength as string) as strength,
        cast(rule as string) as rule,
        cast(seen_at as timestamp) as seen_at,
        cast(source as string) as source,
        _source_file as source_file,
        _line_number as line_number
    from (
        select
            {{ record }} as record_id,
            case places.place
                {%- for identifier in identifiers %}
                when {{ loop.index }} then {{ identifier.namespace_column | default("'" ~ identifier.namespace ~ "'") }}
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
                when {{ loop.index }} then {{ "'" ~ identifier.rule ~ "'" if identifier.rule else row_rule }}
                {%- endfor %}
            end as rule,
            {{ seen_at }} as seen_at,
            {{ row_source }} as source,
            said._source_file,
            said._line_number
        from {{ relation }} as said
        cross join ({{ places(identifiers | length) }}) as places
    ) as identifiers
    where identifier is not null
{%- endmacro %}
