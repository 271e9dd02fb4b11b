with

nodes as (

    select * from {{ source('exchange', 'identity_nodes') }}
    where customer_id is not null

),

clusters as (

    select
        customer_id,
        count(*) as identifier_count,
        sum(case when namespace != 'anonymous_id' then 1 else 0 end) as known_identifier_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from nodes
    group by customer_id

),

-- of several phones or addresses the one seen last is shown
shown_contacts as (

    select
        customer_id,
        max(case when namespace = 'phone' then identifier_masked end) as phone_masked,
        max(case when namespace = 'email' then identifier_masked end) as email_masked
    from (
        select
            customer_id,
            namespace,
            identifier_masked,
            row_number() over (
                partition by customer_id, namespace
                order by last_seen_at desc nulls last, identifier_hash asc
            ) as contact_rank
        from nodes
        where namespace in ('phone', 'email')
    ) as ranked
    where contact_rank = 1
    group by customer_id

),

final as (

    select
        clusters.customer_id,
        clusters.identifier_count,
        clusters.known_identifier_count = 0 as is_anonymous,
        shown_contacts.phone_masked,
        shown_contacts.email_masked,
        clusters.first_seen_at,
        clusters.last_seen_at
    from clusters
    left join shown_contacts on clusters.customer_id = shown_contacts.customer_id

)

select * from final
