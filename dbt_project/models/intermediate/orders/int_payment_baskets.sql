with

told as (

    select
        order_id,
        min(order_id) over (partition by reference) as first_order_id
    from {{ ref('int_order_references') }}
    where order_id is not null

),

baskets as (

    select
        order_id,
        min(first_order_id) as basket_order_id
    from told
    group by order_id

),

sized as (

    select
        *,
        count(*) over (partition by basket_order_id) as order_count
    from baskets

),

final as (

    select
        order_id,
        basket_order_id
    from sized
    where order_count > 1

)

select * from final
