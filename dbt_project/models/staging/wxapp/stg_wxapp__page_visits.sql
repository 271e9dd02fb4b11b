with

source as (

    select * from {{ source('landing', 'wxapp_page_visit') }}

),

newest as (

    {{ dedupe('source', key=['stat_date', 'page_path']) }}

),

final as (

    select
        ---------- text
        cast(page_path as string) as page_path,

        ---------- numbers
        cast(visits as bigint) as visits,
        cast(visitors as bigint) as visitors,
        cast(stay_seconds as decimal(18, 6)) as stay_seconds,
        cast(entries as bigint) as entries,
        cast(exits as bigint) as exits,
        cast(shares as bigint) as share_count,
        cast(sharers as bigint) as sharers,

        ---------- dates
        cast(stat_date as date) as stat_date,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
