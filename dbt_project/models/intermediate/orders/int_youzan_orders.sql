with

trades as (

    select * from {{ ref('stg_youzan__trades') }}

),

refund_orders as (

    {{ unnest_json('trades', 'refund_orders') }}

),

-- refund_state 60 or a word of success: the money went back
refunds as (

    select
        order_id,
        sum({{ json_decimal('item', '$.refund_fee') }}) as refund_amount
    from refund_orders
    where
        {{ json_str('item', '$.refund_state') }} is null
        or {{ json_str('item', '$.refund_state') }} in ('60', 'SUCCESS', 'REFUND_SUCCESS')
    group by order_id

),

classified as (

    select
        trades.*,
        refunds.refund_amount,
        case
            when
                trades.status in ('WAIT_BUYER_PAY', 'WAIT_PAY_RETURN', 'TRADE_NO_CREATE_PAY')
                then 'unpaid'
            when trades.status in ('TRADE_CLOSED', 'TRADE_CLOSED_BY_USER') then 'closed'
            when
                trades.status in (
                    'TRADE_PAID',
                    'WAIT_GROUP',
                    'WAIT_CONFIRM',
                    'WAIT_SELLER_SEND_GOODS',
                    'WAIT_BUYER_CONFIRM_GOODS',
                    'TRADE_BUYER_SIGNED',
                    'TRADE_SUCCESS'
                )
                then 'paid'
            else 'unknown'
        end as status_kind
    from trades
    left join refunds on trades.order_id = refunds.order_id

),

final as (

    select
        order_id,
        'youzan' as platform,
        source_order_id,
        'youzan_trade' as source,
        case
            when status_kind = 'unpaid' then 'unpaid'
            when status_kind = 'closed' and paid_at is null then 'cancelled'
            else 'paid'
        end as status,
        status as status_word,
        paid_amount as gross_amount,
        -- refund_state 12: the whole order was refunded
        cast(
            case
                when status_kind = 'closed' or refund_state = 12 then paid_amount
                else refund_amount
            end as decimal(18, 2)
        ) as stated_refund_amount,
        cast(null as decimal(18, 2)) as margin_amount,
        status_kind != 'unknown' as is_status_known,
        created_at as ordered_at,
        paid_at
    from classified

)

select * from final
