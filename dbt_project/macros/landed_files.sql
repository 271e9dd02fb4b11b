{#
    One row per landed export file of some sources, with a print of the Parquets it landed as: of
    their names, sizes and times, as a log grown under its own name lands once more.
#}
{% macro landed_files(sources) -%}
    {% for name in sources -%}
        select
            cast('{{ name }}' as string) as source,
            landed._source_file,
            {{ rows_print(['landed.parquet', 'stamps.size', 'stamps.last_modified']) }} as file_state,
            cast(sum(landed.row_count) as bigint) as row_count
        from (
            select
                _source_file,
                parse_filename(filename) as parquet,
                count(*) as row_count
            from {{ source('landing', name) }}
            group by _source_file, parse_filename(filename)
        ) as landed
        inner join read_blob('{{ adapter.external_root() }}/../landing/{{ name }}/*.parquet') as stamps
            on landed.parquet = parse_filename(stamps.filename)
        group by landed._source_file
        {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
