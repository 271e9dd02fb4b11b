{{ config(materialized='handoff') }}

with

nodes as (

    select * from {{ source('exchange', 'identity_nodes') }}
    where customer_id is not null

),

wecom as (

    select
        nodes.customer_id,
        'wecom' as channel,
        nodes.identifier as address,
        nodes.scope,
        relations.staff_userid as sender,
        relations.is_friend as is_reachable,
        relations.added_at as since
    from nodes
    inner join {{ ref('int_wecom_relations') }} as relations
        on nodes.identifier = relations.external_userid
    where nodes.namespace = 'wecom_external_userid'

),

oa as (

    select
        nodes.customer_id,
        'oa' as channel,
        nodes.identifier as address,
        nodes.scope,
        '' as sender,
        relations.is_following as is_reachable,
        relations.followed_at as since
    from nodes
    inner join {{ ref('int_oa_relations') }} as relations
        on nodes.identifier = relations.oa_openid
    where nodes.namespace = 'wechat_oa_openid' and nodes.scope = ''

),

-- an openid that a bill names with its appid and an order list without it is one address
direct as (

    select
        customer_id,
        case namespace
            when 'wechat_mp_openid' then 'miniprogram'
            when 'phone' then 'sms'
            else 'email'
        end as channel,
        identifier as address,
        max(scope) as scope,
        '' as sender,
        true as is_reachable,
        min(first_seen_at) as since
    from nodes
    where namespace in ('wechat_mp_openid', 'phone', 'email')
    group by customer_id, namespace, identifier

),

unioned as (

    select * from wecom
    union all
    select * from oa
    union all
    select * from direct

),

final as (

    select
        cast(customer_id as string) as customer_id,
        cast(channel as string) as channel,
        cast(address as string) as address,
        cast(scope as string) as scope,
        cast(sender as string) as sender,
        coalesce(is_reachable, false) as is_reachable,
        cast(since as timestamp) as since
    from unioned

)

select * from final
