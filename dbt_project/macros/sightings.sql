{#
    The first and the last time that each combination of columns was seen, with file and line:
    what a stream of any length says about identity, and no more rows than people and devices.
    by_file: of each export file apart.
#}
{% macro sightings(relation, columns, seen_at, by_file=false) -%}
    {%- set fields = {'seen_at': seen_at, 'line_number': '_line_number'} if by_file else {
        'seen_at': seen_at, 'source_file': '_source_file', 'line_number': '_line_number'
    } -%}
    {%- set groups = columns + ['_source_file'] if by_file else columns -%}
    select
        {%- for column in groups %}
        combinations.{{ column }},
        {%- endfor %}
        case places.place when 1 then first_sight.seen_at else last_sight.seen_at end as seen_at,
        {%- if not by_file %}
        case places.place
            when 1 then first_sight.source_file else last_sight.source_file
        end as _source_file,
        {%- endif %}
        case places.place
            when 1 then first_sight.line_number else last_sight.line_number
        end as _line_number
    from (
        select
            {%- for column in groups %}
            {{ column }},
            {%- endfor %}
            {{ sight('min', fields) }} as first_sight,
            {{ sight('max', fields) }} as last_sight
        from {{ relation }}
        group by {{ groups | join(', ') }}
    ) as combinations
    cross join ({{ places(2) }}) as places
    where places.place = 1 or last_sight.seen_at > first_sight.seen_at
{%- endmacro %}


{# The numbers 1 to n, one row each. #}
{% macro places(n) -%}
    {%- for place in range(1, n + 1) -%}
    select {{ place }} as place{{ ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
