with

source as (

    select * from {{ source('landing', 'wxapp_phone') }}

),

newest as (

    {{ dedupe('source', key=['phone', 'mp_openid']) }}

),

final as (

    select
        ---------- ids
        cast(appid as string) as appid,
        cast(mp_openid as string) as mp_openid,
        cast(unionid as string) as unionid,

        ---------- text
        cast(phone as string) as phone,
        cast(country_code as string) as country_code,

        ---------- timestamps
        cast(given_at as timestamp) as given_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
