with

oa_events as (

    select
        *,
        lower(event_name) as event_word
    from {{ ref('stg_wechat_oa__events') }}
    where lower(event_name) in ('subscribe', 'unsubscribe', 'user_authorization_revoke')

),

oa_signals as (

    select
        'wechat_oa_openid' as namespace,
        oa_openid as identifier,
        case event_word
            when 'user_authorization_revoke' then 'profile' else 'marketing'
        end as purpose,
        'oa' as channel,
        case event_word when 'subscribe' then 'granted' else 'withdrawn' end as state,
        case event_word
            when 'subscribe' then 'relationship_restored'
            when 'unsubscribe' then 'relationship_ended'
            else 'consent'
        end as basis,
        occurred_at as effective_at,
        'wechat_oa_event' as source,
        _source_file as source_file,
        _line_number as line_number
    from oa_events

),

wecom_signals as (

    select
        'wecom_external_userid' as namespace,
        external_userid as identifier,
        'marketing' as purpose,
        'wecom' as channel,
        case change_type when 'del_follow_user' then 'withdrawn' else 'granted' end as state,
        case change_type
            when 'del_follow_user' then 'relationship_ended' else 'relationship_restored'
        end as basis,
        occurred_at as effective_at,
        'wecom_event' as source,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_wecom__events') }}
    where change_type in ('del_follow_user', 'add_external_contact')
    union all
    select
        'wecom_external_userid' as namespace,
        external_userid as identifier,
        'marketing' as purpose,
        'wecom' as channel,
        'granted' as state,
        'relationship_restored' as basis,
        added_at as effective_at,
        'wecom_customer' as source,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_wecom__customers') }}
    where added_at is not null

),

unioned as (

    select * from oa_signals
    union all
    select * from wecom_signals
    union all
    select * from {{ ref('int_consents_blacklisted') }}

),

final as (

    select
        namespace,
        identifier,
        purpose,
        channel,
        state,
        basis,
        false as is_openid,
        effective_at,
        source,
        source_file,
        line_number
    from unioned

)

select * from final
