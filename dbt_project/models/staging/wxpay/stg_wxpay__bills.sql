with

source as (

    select * from {{ source('landing', 'wxpay_bill') }}

),

newest as (

    {{ dedupe('source', key=['wxpay_txn_id', 'wxpay_refund_id']) }}

),

final as (

    select
        ---------- ids
        cast(wxpay_txn_id as string) as wxpay_txn_id,
        cast(order_id as string) as merchant_order_no,
        cast(appid as string) as appid,
        cast(openid as string) as openid,
        cast(wxpay_refund_id as string) as wxpay_refund_id,
        cast(refund_id as string) as merchant_refund_no,

        ---------- text
        cast(txn_state as string) as txn_state,
        cast(item_title as string) as item_title,
        cast(txn_type as string) as txn_type,
        cast(refund_state as string) as refund_state,

        ---------- numbers
        cast(order_amount as decimal(18, 2)) as order_amount,
        cast(settle_amount as decimal(18, 2)) as settle_amount,
        cast(refund_amount as decimal(18, 2)) as refund_amount,
        cast(fee as decimal(18, 6)) as fee,
        cast(txn_refund_amount as decimal(18, 2)) as txn_refund_amount,

        ---------- timestamps
        cast(occurred_at as timestamp) as occurred_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
