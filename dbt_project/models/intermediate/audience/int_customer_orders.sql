{{ config(materialized='handoff') }}

with

orders as (

    select * from {{ ref('orders') }}

),

final as (

    select
        customer_id,
        order_id,
        order_date,
        ordered_at,
        net_amount,
        margin_amount
    from orders
    where customer_id is not null

)

select * from final
