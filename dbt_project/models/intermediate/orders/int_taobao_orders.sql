with

exports as (

    select * from {{ ref('stg_taobao__orders') }}

),

trades as (

    select * from {{ ref('stg_taobao__trades') }}

),

-- an export is as new as the time in its file name; a trade is at least as new as its last change
joined as (

    select
        coalesce(exports.order_id, trades.order_id) as order_id,
        coalesce(exports.source_order_id, trades.source_order_id) as source_order_id,
        case
            when exports.order_id is null then 'taobao_trade_api' else 'taobao_order'
        end as source,
        case
            when exports.order_id is null then trades.status
            when trades.updated_at > exports._exported_at then trades.status
            else exports.status
        end as status_word,
        case
            when exports.order_id is null then trades.paid_amount
            when exports.paid_amount > 0 then exports.paid_amount
            when trades.updated_at > exports._exported_at then trades.paid_amount
            else coalesce(exports.goods_amount, 0) + coalesce(exports.postage, 0)
        end as gross_amount,
        nullif(exports.refund_amount, 0) as stated_refund_amount,
        case
            when exports.order_id is null then trades.paid_at is not null
            when trades.updated_at > exports._exported_at
                then coalesce(trades.paid_at, exports.paid_at) is not null
            else exports.paid_at is not null and exports.paid_amount > 0
        end as is_payment_seen,
        coalesce(trades.updated_at > exports._exported_at, false) as is_status_newer,
        coalesce(exports.created_at, trades.created_at) as ordered_at,
        coalesce(exports.paid_at, trades.paid_at) as paid_at
    from exports
    full outer join trades on exports.order_id = trades.order_id

),

classified as (

    select
        *,
        case
            when
                status_word like '等待买家付%'
                or status_word in ('WAIT_BUYER_PAY', 'TRADE_NO_CREATE_PAY', 'PAY_PENDING')
                then 'unpaid'
            when status_word in ('交易关闭', 'TRADE_CLOSED', 'TRADE_CLOSED_BY_TAOBAO') then 'closed'
            when
                status_word like '买家已付款%'
                or status_word like '卖家%发货%'
                or status_word in (
                    '交易成功',
                    'WAIT_SELLER_SEND_GOODS',
                    'SELLER_CONSIGNED_PART',
                    'WAIT_BUYER_CONFIRM_GOODS',
                    'TRADE_BUYER_SIGNED',
                    'TRADE_FINISHED',
                    'PAID_FORBID_CONSIGN'
                )
                then 'paid'
            else 'unknown'
        end as status_kind
    from joined

),

final as (

    select
        order_id,
        'taobao' as platform,
        source_order_id,
        source,
        case
            when status_kind = 'unpaid' then 'unpaid'
            when status_kind = 'closed' and not is_payment_seen then 'cancelled'
            else 'paid'
        end as status,
        status_word,
        gross_amount,
        -- a closed order that was paid has gone back whole unless the export says how much; an
        -- export from before it closed knows only what went back till then
        case
            when status_kind = 'closed' and is_status_newer then gross_amount
            when status_kind = 'closed' then coalesce(stated_refund_amount, gross_amount)
            else stated_refund_amount
        end as stated_refund_amount,
        cast(null as decimal(18, 2)) as margin_amount,
        status_kind != 'unknown' as is_status_known,
        ordered_at,
        paid_at
    from classified

)

select * from final
