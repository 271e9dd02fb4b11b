{{ config(meta={'dagster': {'ref': {'name': 'customers'}}}) }}

-- what customers spent and what nobody is known for is all that was spent
with

orders as (

    select * from {{ ref('orders') }}

),

customers as (

    select * from {{ ref('customers') }}

),

totals as (

    select
        (select coalesce(sum(net_amount), 0) from customers) as customers_amount,
        (
            select coalesce(sum(net_amount), 0) from orders
            where customer_id is null
        ) as unknown_amount,
        (select coalesce(sum(net_amount), 0) from orders) as orders_amount

)

select * from totals
where customers_amount + unknown_amount != orders_amount
