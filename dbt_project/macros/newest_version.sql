{# Which of several versions of one business key counts. #}


{# The newest row of each business key: by the source's own update time, then by export and load. #}
{% macro dedupe(relation, key, updated_at=none) -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by {{ newest_first(updated_at) }}
            ) as version_rank
        from {{ relation }}
    ) as versions
    where version_rank = 1
{%- endmacro %}


{# The order in which versions of one business key win; complete, so that no tie is left. #}
{% macro newest_first(updated_at=none) -%}
    {%- if updated_at -%} {{ updated_at }} desc nulls last, {% endif -%}
    coalesce(_exported_at, _loaded_at) desc, _loaded_at desc, _source_file desc, _line_number desc
{%- endmacro %}


{#
    The rows of an event stream that a newer row of the same key replaces. Streams rarely repeat
    and are large: finding the few repeats costs a fraction of ranking every row. A clash of
    hashes costs a row more to rank and changes nothing.
#}
{% macro superseded_rows(relation, source, key) -%}
    select
        cast('{{ source }}' as string) as source,
        _source_file,
        _line_number
    from (
        select
            _source_file,
            _line_number,
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
    where superseded._line_number is null
{%- endmacro %}


{# The rows of the newest file that holds a document, such as the lines of an order without a key of their own. #}
{% macro dedupe_documents(relation, document) -%}
    select *
    from (
        select
            *,
            dense_rank() over (
                partition by {{ document }}
                order by coalesce(_exported_at, _loaded_at) desc, _loaded_at desc, _source_file desc
            ) as version_rank
        from {{ relation }}
    ) as versions
    where version_rank = 1
{%- endmacro %}
