with

source as (

    select * from {{ source('landing', 'wechat_oa_user_growth') }}

),

newest as (

    {{ dedupe('source', key=['stat_date', 'user_source']) }}

),

final as (

    select
        ---------- numbers
        cast(user_source as bigint) as user_source,
        cast(new_followers as bigint) as new_followers,
        cast(lost_followers as bigint) as lost_followers,

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
