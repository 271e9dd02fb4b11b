with

tickets as (

    select * from {{ ref('int_till_tickets') }}

),

till_sales as (

    select * from {{ ref('stg_pos__sales') }}

),

pospal as (

    select
        order_id,
        source_order_id,
        'pospal_ticket' as source,
        is_void,
        is_return,
        ticket_type as status_word,
        abs(paid_amount) as amount,
        case when is_return then -abs(profit_amount) else profit_amount end as margin_amount,
        coalesce(ticket_type in ('SELL', 'SELL_RETURN'), false) as is_status_known,
        occurred_at
    from tickets

),

-- a till report has a row for each item; a ticket below zero is goods brought back
reported as (

    select
        order_id,
        min(source_order_id) as source_order_id,
        'pos_sales' as source,
        false as is_void,
        sum(paid_amount) < 0 as is_return,
        'SELL' as status_word,
        abs(sum(paid_amount)) as amount,
        cast(null as decimal(18, 2)) as margin_amount,
        true as is_status_known,
        min(sold_at) as occurred_at
    from till_sales
    where source_order_id not in (select tickets.ticket_number from tickets)
    group by order_id

),

unioned as (

    select * from pospal
    union all
    select * from reported

),

final as (

    select
        order_id,
        'pospal' as platform,
        source_order_id,
        source,
        case when is_void then 'cancelled' else 'paid' end as status,
        status_word,
        cast(case when is_return then 0 else amount end as decimal(18, 2)) as gross_amount,
        cast(case when is_return then amount end as decimal(18, 2)) as stated_refund_amount,
        cast(margin_amount as decimal(18, 2)) as margin_amount,
        is_status_known,
        occurred_at as ordered_at,
        occurred_at as paid_at
    from unioned

)

select * from final
