{{ config(materialized='handoff') }}

with

nodes as (

    select * from {{ source('exchange', 'identity_nodes') }}
    where customer_id is not null

),

proved_ends as (

    {{ link_ends("strength = 'strong' and status = 'used'") }}

),

-- a phone or an email may be a receiver's or a typing slip, unless somebody proved it theirs
verified as (

    select distinct
        namespace,
        identifier_hash
    from proved_ends
    where namespace in ('phone', 'email')

),

wecom as (

    select
        nodes.customer_id,
        'wecom' as channel,
        nodes.identifier as address,
        nodes.scope,
        relations.staff_userid as sender,
        relations.is_friend as is_reachable,
        true as is_verified,
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
        true as is_verified,
        relations.followed_at as since
    from nodes
    inner join {{ ref('int_oa_relations') }} as relations
        on nodes.identifier = relations.oa_openid
    where nodes.namespace = 'wechat_oa_openid' and nodes.scope = ''

),

-- an openid that a bill names with its appid and an order list without it is one address
direct as (

    select
        nodes.customer_id,
        case nodes.namespace
            when 'wechat_mp_openid' then 'miniprogram'
            when 'phone' then 'sms'
            else 'email'
        end as channel,
        nodes.identifier as address,
        max(nodes.scope) as scope,
        '' as sender,
        true as is_reachable,
        nodes.namespace = 'wechat_mp_openid' or max(verified.identifier_hash) is not null
            as is_verified,
        min(nodes.first_seen_at) as since
    from nodes
    left join verified
        on
            nodes.namespace = verified.namespace
            and nodes.identifier_hash = verified.identifier_hash
    where nodes.namespace in ('wechat_mp_openid', 'phone', 'email')
    group by nodes.customer_id, nodes.namespace, nodes.identifier

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
        is_verified,
        cast(since as timestamp) as since
    from unioned

)

select * from final
