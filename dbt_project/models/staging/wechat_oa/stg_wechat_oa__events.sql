with

source as (

    select * from {{ source('landing', 'wechat_oa_event') }}

),

newest as (

    {{ dedupe('source', key=['oa_openid', 'occurred_at', 'event', 'msg_id']) }}

),

final as (

    select
        ---------- ids
        cast(oa_openid as string) as oa_openid,
        cast(account_id as string) as account_id,
        cast(msg_id as string) as msg_id,
        cast(appid as string) as appid,

        ---------- text
        cast(msg_type as string) as msg_type,
        cast(event as string) as event_name,
        cast(event_key as string) as event_key,
        cast(text as string) as body_text,
        cast(revoked as string) as revoked,
        cast(subscribe_choices as string) as subscribe_choices,

        ---------- timestamps
        cast(occurred_at as timestamp) as occurred_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
