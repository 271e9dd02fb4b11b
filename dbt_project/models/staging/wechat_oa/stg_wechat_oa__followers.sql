with

source as (

    select * from {{ source('landing', 'wechat_oa_follower') }}

),

newest as (

    {{ dedupe('source', key=['oa_openid']) }}

),

final as (

    select
        ---------- ids
        cast(oa_openid as string) as oa_openid,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
