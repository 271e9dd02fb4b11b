{# What a row of an export says about a person, as rows of their own. #}


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


{#
    The first and the last time that each combination of columns was seen, with file and line:
    what a stream of any length says about identity, and no more rows than people and devices.
#}
{% macro sightings(relation, columns, seen_at) -%}
    select
        {%- for column in columns %}
        combinations.{{ column }},
        {%- endfor %}
        case places.place when 1 then first_sight.seen_at else last_sight.seen_at end as seen_at,
        case places.place
            when 1 then first_sight.source_file else last_sight.source_file
        end as _source_file,
        case places.place
            when 1 then first_sight.line_number else last_sight.line_number
        end as _line_number
    from (
        select
            {%- for column in columns %}
            {{ column }},
            {%- endfor %}
            {{ first_sight(seen_at) }} as first_sight,
            {{ last_sight(seen_at) }} as last_sight
        from {{ relation }}
        group by {{ columns | join(', ') }}
    ) as combinations
    cross join ({{ places(2) }}) as places
    where places.place = 1 or last_sight.seen_at > first_sight.seen_at
{%- endmacro %}


{#
    Attributes side by side in one row → one row each, nulls left out.
    source: a name; without it the relation's own column `source` is read.
    attributes: list of {attribute, column, verified (true or false)}
#}
{% macro attribute_rows(relation, record, seen_at, attributes, source=none) -%}
    {%- set row_source = "'" ~ source ~ "'" if source else 'said.source' -%}
    select
        cast(record_id as string) as record_id,
        cast(attribute as string) as attribute,
        cast(value as string) as value,
        is_verified,
        cast(seen_at as timestamp) as seen_at,
        cast(source as string) as source,
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
            {{ row_source }} as source,
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


{#
    The touches of one relation with every column a touch can have.
    stated: columns the relation does not have, as SQL; what is neither there nor stated is in `missing`.
#}
{% macro touch_rows(relation, stated={}, missing=[]) -%}
    {%- set columns = [
        'event_id', 'source', 'channel', 'kind', 'is_engagement', 'event_name', 'subject',
        'body_text', 'rating', 'namespace', 'identifier', 'record_id', 'occurred_at',
        'source_file', 'line_number',
    ] -%}
    select
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
