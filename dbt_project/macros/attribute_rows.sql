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
