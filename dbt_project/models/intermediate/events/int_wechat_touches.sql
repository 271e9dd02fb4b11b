with

oa_events as (

    select * from {{ ref('stg_wechat_oa__events') }}
    where lower(coalesce(event_name, '')) != 'masssendjobfinish'

),

told_follows as (

    select distinct oa_openid
    from oa_events
    where lower(event_name) = 'subscribe'

),

-- accounts without an event log still say when a follower came
follows_of_users as (

    select listed.*
    from {{ ref('stg_wechat_oa__users') }} as listed
    left join told_follows on listed.oa_openid = told_follows.oa_openid
    where listed.followed_at is not null and told_follows.oa_openid is null

),

final as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'wechat_oa_event' as source,
        'oa' as channel,
        case
            when event_name is null then 'message'
            when lower(event_name) = 'subscribe' then 'follow'
            when lower(event_name) = 'unsubscribe' then 'unfollow'
            when lower(event_name) = 'scan' then 'scan'
            when lower(event_name) = 'click' then 'menu_click'
            when lower(event_name) = 'view' then 'page_view'
            when lower(event_name) like 'subscribe_msg%' then 'message_choice'
            when lower(event_name) = 'user_authorization_revoke' then 'authorization_revoke'
            when lower(event_name) = 'templatesendjobfinish' then 'message_delivered'
            else 'oa_event'
        end as kind,
        lower(coalesce(event_name, '')) not in (
            'unsubscribe', 'user_authorization_revoke', 'templatesendjobfinish'
        ) as is_engagement,
        event_name,
        event_key as subject,
        body_text,
        cast(null as string) as rating,
        'wechat_oa_openid' as namespace,
        oa_openid as identifier,
        cast(null as string) as record_id,
        occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from oa_events
    union all
    select
        substr(_content_hash, 1, 24) as event_id,
        'wechat_oa_user' as source,
        'oa' as channel,
        'follow' as kind,
        true as is_engagement,
        cast(null as string) as event_name,
        source_scene as subject,
        cast(null as string) as body_text,
        cast(null as string) as rating,
        'wechat_oa_openid' as namespace,
        oa_openid as identifier,
        cast(null as string) as record_id,
        followed_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from follows_of_users

)

select * from final
