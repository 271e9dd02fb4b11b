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


{#
    The order in which versions of one business key win; complete, so that no tie is left. Of two
    exports of the same time the name decides, not which came first: built at once, night by night
    or from a copy of the raw files, the answer is one. Only a file written anew under its own name
    is told apart by its load.
#}
{% macro newest_first(updated_at=none) -%}
    {%- if updated_at -%} {{ updated_at }} desc nulls last, {% endif -%}
    coalesce(_exported_at, _loaded_at) desc,
    {{ name_rank() }} desc, _source_file desc, _loaded_at desc, _line_number desc
{%- endmacro %}


{# Sorts "orders (1).csv" and "orders_2.csv" behind "orders.csv": the dot goes before every other sign. #}
{% macro name_rank() -%}
    replace(_source_file, '.', chr(1))
{%- endmacro %}


{#
    The newest lines of each document, such as the lines of an order, which have no key of their
    own: those of its newest export. A platform may cut one export over several files of the same
    time, and an order with it, so files of that time complete each other: the n-th line of an item
    in one is the n-th line of that item in another, and the last file's by name counts.
#}
{% macro dedupe_documents(relation, document, item) -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ document }}, {{ item | join(', ') }}, item_occurrence
                order by {{ newest_first() }}
            ) as version_rank
        from (
            select
                *,
                row_number() over (
                    partition by {{ document }}, {{ item | join(', ') }}, _source_file
                    order by _line_number
                ) as item_occurrence
            from (
                select
                    *,
                    dense_rank() over (
                        partition by {{ document }}
                        order by coalesce(_exported_at, _loaded_at) desc
                    ) as export_rank,
                    dense_rank() over (
                        partition by {{ document }}, _source_file
                        order by coalesce(_exported_at, _loaded_at) desc, _loaded_at desc
                    ) as load_rank
                from {{ relation }}
            ) as exports
            where export_rank = 1 and load_rank = 1
        ) as lines
    ) as versions
    where version_rank = 1
{%- endmacro %}
