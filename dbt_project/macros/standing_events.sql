{# Which rows of an event stream count. #}


{#
    The rows of an event stream that a newer row of the same key replaces. Streams rarely repeat
    and are large: finding the few repeats costs a fraction of ranking every row. A clash of
    hashes costs a row more to rank and changes nothing.
#}
{% macro superseded_rows(relation, source, key) -%}
    select
        cast('{{ source }}' as string) as source,
        _source_file,
        _line_number,
        _loaded_at
    from (
        select
            _source_file,
            _line_number,
            _loaded_at,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by {{ newest_first() }}
            ) as version_rank
        from {{ relation }}
        where {{ row_hash(key) }} in (
            select {{ row_hash(key) }}
            from {{ relation }}
            group by {{ row_hash(key) }}
            having count(*) > 1
        )
    ) as versions
    where version_rank > 1
{%- endmacro %}


{# The rows of an event stream that no newer row of the same key replaces. #}
{% macro standing_events(name) -%}
    select events.*
    from {{ source('landing', name) }} as events
    left join {{ ref('base_events__superseded') }} as superseded
        on
            superseded.source = '{{ name }}'
            and events._source_file = superseded._source_file
            and events._line_number = superseded._line_number
            -- a log grown under its own name lands again: the same file and line, another row
            and events._loaded_at = superseded._loaded_at
    where superseded._line_number is null
{%- endmacro %}
