with

source as (

    select * from {{ source('landing', 'wxapp_login') }}

),

newest as (

    {{ dedupe('source', key=['appid', 'mp_openid']) }}

),

final as (

    select
        ---------- ids
        cast(mp_openid as string) as mp_openid,
        cast(unionid as string) as unionid,
        cast(appid as string) as appid,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
