with

stated as (

    select * from {{ ref('int_payments_stated') }}

),

payment_references as (

    select * from {{ ref('int_payment_references') }}

),

till_returns as (

    select distinct
        abs(paid_amount) as amount,
        {{ business_date('occurred_at') }} as return_date
    from {{ ref('stg_pospal__tickets') }}
    where ticket_type = 'SELL_RETURN'

),

matched as (

    select
        stated.*,
        coalesce(by_txn.order_id, by_number.order_id, stated.own_order_id) as order_id
    from stated
    left join payment_references as by_txn on stated.txn_id = by_txn.reference
    left join payment_references as by_number on stated.merchant_order_no = by_number.reference

),

final as (

    select
        matched.order_id,
        matched.source,
        matched.txn_id,
        matched.appid,
        matched.openid,
        matched.item_title,
        matched.kind,
        cast(matched.amount as decimal(18, 2)) as amount,
        -- goods brought back to a till are a ticket of their own: its refund counts there
        matched.kind != 'refund'
        or matched.order_id not like 'pospal:%'
        or till_returns.amount is null as is_counted,
        matched.occurred_at,
        matched._source_file as source_file,
        matched._line_number as line_number
    from matched
    left join till_returns
        on
            matched.amount = till_returns.amount
            and {{ business_date('matched.occurred_at') }} = till_returns.return_date

)

select * from final
