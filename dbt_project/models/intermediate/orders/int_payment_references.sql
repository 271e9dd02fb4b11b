with

order_references as (

    select * from {{ ref('int_order_references') }}

),

-- one payment may settle several orders of one basket: it is told of the first. Without an order
-- the reference is known and its payment nobody's
final as (

    select
        reference,
        min(order_id) as order_id
    from order_references
    group by reference

)

select * from final
