with

stated as (

    select * from {{ ref('int_payments_stated') }}

),

payment_references as (

    select * from {{ ref('int_payment_references') }}

),

till_returns as (

    select
        stated_refund_amount as amount,
        {{ business_date('ordered_at') }} as return_date,
        row_number() over (
            partition by stated_refund_amount, {{ business_date('ordered_at') }}
            order by ordered_at, order_id
        ) as return_rank
    from {{ ref('int_pospal_orders') }}
    where gross_amount = 0 and stated_refund_amount is not null and status != 'cancelled'

),

matched as (

    select
        stated.*,
        coalesce(
            by_txn.order_id,
            by_number.order_id,
            case when by_number.reference is null then stated.own_order_id end
        ) as order_id
    from stated
    left join payment_references as by_txn on stated.txn_id = by_txn.reference
    left join payment_references as by_number on stated.merchant_order_no = by_number.reference

),

ranked as (

    select
        *,
        {{ business_date('occurred_at') }} as payment_date,
        row_number() over (
            partition by
                kind,
                amount,
                {{ business_date('occurred_at') }},
                coalesce(order_id like 'pospal:%', false)
            order by occurred_at, txn_id, _source_file, _line_number
        ) as payment_rank
    from matched

),

final as (

    select
        ranked.order_id,
        ranked.source,
        ranked.txn_id,
        ranked.appid,
        ranked.openid,
        ranked.kind,
        cast(ranked.amount as decimal(18, 2)) as amount,
        -- goods brought back to a till are a ticket of their own: its refund counts there, the
        -- n-th of an amount on a day with the n-th
        ranked.kind != 'refund'
        or ranked.order_id not like 'pospal:%'
        or till_returns.amount is null as is_counted,
        ranked.occurred_at,
        ranked._source_file as source_file,
        ranked._line_number as line_number
    from ranked
    left join till_returns
        on
            ranked.amount = till_returns.amount
            and ranked.payment_date = till_returns.return_date
            and ranked.payment_rank = till_returns.return_rank

)

select * from final
