with

till_tickets as (

    select * from {{ ref('int_till_tickets') }}

),

youzan as (

    select * from {{ ref('stg_youzan__trades') }}

),

youzan_outer_transactions as (

    select * from {{ ref('int_youzan_transactions') }}

),

-- Youzan's trades paid in the mini-program stand in both lists: they are Youzan's
mini_program as (

    select
        orders.wxpay_txn_id,
        orders.source_order_id,
        coalesce(youzan_outer_transactions.order_id, orders.order_id) as order_id
    from {{ ref('stg_wxapp__orders') }} as orders
    left join youzan_outer_transactions
        on orders.wxpay_txn_id = youzan_outer_transactions.wxpay_txn_id

),

youzan_outer as (

    {{ unnest_json('youzan', 'outer_transaction_ids') }}

),

youzan_transactions as (

    {{ unnest_json('youzan', 'transaction_ids') }}

),

unioned as (

    select
        wxpay_txn_id as reference,
        order_id
    from mini_program
    union all
    select
        source_order_id as reference,
        order_id
    from mini_program
    union all
    select
        wxpay_txn_id as reference,
        order_id
    from {{ ref('stg_channels__orders') }}
    union all
    select
        source_order_id as reference,
        order_id
    from {{ ref('stg_channels__orders') }}
    union all
    select
        wxpay_txn_id as reference,
        order_id
    from {{ ref('stg_linkwechat__product_orders') }}
    union all
    select
        source_order_id as reference,
        order_id
    from {{ ref('stg_linkwechat__product_orders') }}
    union all
    select
        item as reference,
        order_id
    from youzan_outer
    union all
    select
        item as reference,
        order_id
    from youzan_transactions
    union all
    select
        source_order_id as reference,
        order_id
    from youzan
    union all
    select
        ticket_number as reference,
        -- a number that several tills printed names none of their tickets
        case when not is_number_shared then order_id end as order_id
    from till_tickets
    union all
    select
        source_order_id as reference,
        order_id
    from {{ ref('stg_pos__sales') }}
    where source_order_id not in (select till_tickets.ticket_number from till_tickets)

),

final as (

    select distinct
        reference,
        order_id
    from unioned
    where reference is not null

)

select * from final
