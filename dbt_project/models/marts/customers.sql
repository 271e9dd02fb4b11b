with

clusters as (

    select * from {{ ref('int_customer_clusters') }}

),

attributes as (

    select
        customer_id,
        max(case when attribute = 'nickname' then value end) as nickname,
        max(case when attribute = 'name' then value end) as real_name,
        max(case when attribute = 'gender' then value end) as gender,
        max(case when attribute = 'birth_date' then value end) as birth_date,
        max(case when attribute = 'birth_day' then value end) as birth_day,
        max(case when attribute = 'province' then value end) as province,
        max(case when attribute = 'city' then value end) as city,
        max(case when attribute = 'member_level' then value end) as member_level
    from {{ ref('int_attributes_survived') }}
    group by customer_id

),

order_totals as (

    select
        customer_id,
        sum(case when net_amount > 0 then 1 else 0 end) as order_count,
        sum(net_amount) as net_amount,
        min(case when net_amount > 0 then ordered_at end) as first_order_at,
        max(case when net_amount > 0 then ordered_at end) as last_order_at
    from {{ ref('orders') }}
    where customer_id is not null
    group by customer_id

),

final as (

    select
        ---------- ids
        cast(clusters.customer_id as string) as customer_id,

        ---------- text
        cast(
            coalesce(
                {{ scrub('attributes.nickname') }}, {{ mask_name('attributes.real_name') }}
            ) as string
        ) as display_name,
        cast(attributes.gender as string) as gender,
        cast(attributes.province as string) as province,
        cast(attributes.city as string) as city,
        cast(attributes.member_level as string) as member_level,
        cast(attributes.birth_day as string) as birth_day,
        cast(clusters.phone_masked as string) as phone_masked,
        cast(clusters.email_masked as string) as email_masked,

        ---------- numbers
        cast(coalesce(order_totals.order_count, 0) as bigint) as order_count,
        cast(coalesce(order_totals.net_amount, 0) as decimal(18, 2)) as net_amount,
        cast(clusters.identifier_count as bigint) as identifier_count,

        ---------- booleans
        clusters.is_anonymous,

        ---------- dates
        try_cast(attributes.birth_date as date) as birth_date,

        ---------- timestamps
        cast(clusters.first_seen_at as timestamp) as first_seen_at,
        cast(clusters.last_seen_at as timestamp) as last_seen_at,
        cast(order_totals.first_order_at as timestamp) as first_order_at,
        cast(order_totals.last_order_at as timestamp) as last_order_at
    from clusters
    left join attributes on clusters.customer_id = attributes.customer_id
    left join order_totals on clusters.customer_id = order_totals.customer_id

)

select * from final
