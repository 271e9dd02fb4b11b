with

fission_nodes as (

    select
        *,
        case
            when unionid is not null then 'wechat_unionid' else 'wecom_external_userid'
        end as namespace,
        coalesce(unionid, external_userid) as identifier
    from {{ ref('stg_mochat__fission_nodes') }}

),

joins as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'mochat_fission' as source,
        'wecom' as channel,
        'fission_join' as kind,
        campaign_id as subject,
        namespace,
        identifier,
        joined_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from fission_nodes

),

-- a friend brought: counted for the one who invited, when the friend is new and has stayed
referrals as (

    select
        substr(friends._content_hash, 1, 20) || '-ref' as event_id,
        'mochat_fission' as source,
        'wecom' as channel,
        'referral' as kind,
        friends.campaign_id as subject,
        inviters.namespace,
        inviters.identifier,
        friends.joined_at as occurred_at,
        friends._source_file as source_file,
        friends._line_number as line_number
    from fission_nodes as friends
    inner join fission_nodes as inviters on friends.parent_node_id = inviters.node_id
    where friends.is_new and not friends.is_lost

),

-- a share that was bought from, by another than who shared it
shared_orders as (

    select
        substr(_content_hash, 1, 20) || '-shr' as event_id,
        'channels_order' as source,
        'channels' as channel,
        'share_visit' as kind,
        source_order_id as subject,
        case
            when sharer_unionid is not null then 'wechat_unionid' else 'wechat_mp_openid'
        end as namespace,
        coalesce(sharer_unionid, sharer_openid) as identifier,
        created_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_channels__orders') }}
    where
        coalesce(sharer_unionid, sharer_openid) is not null
        and coalesce(sharer_unionid != unionid, true)
        and coalesce(sharer_openid != openid, true)
        and paid_at is not null

),

final as (

    select * from joins
    union all
    select * from referrals
    union all
    select * from shared_orders

)

select * from final
