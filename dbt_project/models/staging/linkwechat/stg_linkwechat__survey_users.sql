with

source as (

    select * from {{ source('landing', 'linkwechat_survey_user') }}

),

newest as (

    {{ dedupe('source', key=['coalesce(oa_openid, unionid, phone, nickname)', 'submitted_at']) }}

),

final as (

    select
        ---------- ids
        cast(oa_openid as string) as oa_openid,
        cast(unionid as string) as unionid,

        ---------- text
        cast(nickname as string) as nickname,
        cast(channel as string) as channel,
        cast(phone as string) as phone,

        ---------- booleans
        cast(is_corporate as boolean) as is_corporate,

        ---------- timestamps
        cast(submitted_at as timestamp) as submitted_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
