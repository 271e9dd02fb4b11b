with

order_references as (

    select * from {{ ref('int_order_references') }}
    where order_id is not null

),

shared as (

    select
        reference,
        min(order_id) as first_order_id
    from order_references
    group by reference
    having count(*) > 1

),

final as (

    select
        order_references.order_id,
        min(shared.first_order_id) as basket_order_id
    from order_references
    inner join shared on order_references.reference = shared.reference
    group by order_references.order_id

)

select * from final
