with

stated as (

    select * from {{ ref('int_orders_stated') }}

),

payments as (

    select
        order_id,
        max(case when kind = 'payment' then amount end) as paid_amount,
        sum(case when kind = 'refund' and is_counted then amount else 0 end) as refund_amount,
        min(case when kind = 'payment' then occurred_at end) as paid_at
    from {{ ref('int_payments_matched') }}
    group by order_id

),

-- one payment settles all orders of a basket; what its bill says went back, and no export does,
-- went back on them in turn
basketed as (

    select
        stated.order_id,
        coalesce(stated.stated_refund_amount, 0) as own_refund_amount,
        greatest(stated.gross_amount - coalesce(stated.stated_refund_amount, 0), 0) as open_amount,
        sum(payments.refund_amount) over basket
        - sum(coalesce(stated.stated_refund_amount, 0)) over basket as unstated_refund_amount,
        max(payments.paid_amount) over basket as paid_amount,
        min(payments.paid_at) over basket as paid_at,
        sum(greatest(stated.gross_amount - coalesce(stated.stated_refund_amount, 0), 0)) over (
            partition by baskets.basket_order_id
            order by stated.order_id
            rows between unbounded preceding and current row
        ) as open_amount_so_far
    from stated
    inner join {{ ref('int_payment_baskets') }} as baskets on stated.order_id = baskets.order_id
    left join payments on stated.order_id = payments.order_id
    window basket as (partition by baskets.basket_order_id)

),

final as (

    select
        order_id,
        paid_amount,
        own_refund_amount + greatest(
            least(open_amount, unstated_refund_amount - open_amount_so_far + open_amount), 0
        ) as refund_amount,
        paid_at
    from basketed
    union all
    select
        order_id,
        paid_amount,
        refund_amount,
        paid_at
    from payments
    where order_id not in (select basketed.order_id from basketed)

)

select * from final
