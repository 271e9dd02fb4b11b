with

source as (

    select * from {{ source('landing', 'wechat_oa_article') }}

),

newest as (

    {{ dedupe('source', key=['stat_date', 'article_id', 'user_source']) }}

),

final as (

    select
        ---------- ids
        cast(article_id as string) as article_id,

        ---------- text
        cast(title as string) as title,

        ---------- numbers
        cast(user_source as bigint) as user_source,
        cast(readers as bigint) as readers,
        cast(reads as bigint) as reads,
        cast(sharers as bigint) as sharers,
        cast(shares as bigint) as share_count,
        cast(favs as bigint) as favs,

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
