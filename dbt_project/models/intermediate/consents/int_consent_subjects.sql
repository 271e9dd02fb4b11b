with

nodes as (

    select * from {{ source('exchange', 'identity_nodes') }}

),

holders as (

    select
        namespace,
        identifier,
        customer_id,
        true as is_holder,
        held_since
    from nodes
    where customer_id is not null

),

refused_contacts as (

    select distinct
        namespace,
        identifier
    from {{ ref('int_consents_unified') }}
    where state = 'withdrawn' and namespace in ('phone', 'email')

),

contacts as (

    select nodes.*
    from nodes
    inner join refused_contacts
        on
            nodes.namespace = refused_contacts.namespace
            and nodes.identifier = refused_contacts.identifier

),

strong_ends as (

    {{ link_ends("strength = 'strong'") }}

),

-- who verified a contact that was taken from them, passed on or is shared by too many
others as (

    select
        contacts.namespace,
        contacts.identifier,
        nodes.customer_id,
        false as is_holder,
        cast(null as timestamp) as held_since
    from strong_ends
    inner join contacts on strong_ends.identifier_hash = contacts.identifier_hash
    inner join nodes on strong_ends.other_hash = nodes.identifier_hash
    where nodes.customer_id is not null

),

unioned as (

    select * from holders
    union all
    select * from others

),

final as (

    select
        namespace,
        identifier,
        customer_id,
        max(case when is_holder then 1 else 0 end) = 1 as is_holder,
        max(held_since) as held_since
    from unioned
    group by namespace, identifier, customer_id

)

select * from final
