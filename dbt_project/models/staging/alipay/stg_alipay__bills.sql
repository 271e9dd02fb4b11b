with

source as (

    select * from {{ source('landing', 'alipay_bill') }}

),

newest as (

    {{ dedupe('source', key=['alipay_txn_id', 'refund_id']) }}

),

final as (

    select
        ---------- ids
        cast(alipay_txn_id as string) as alipay_txn_id,
        cast(order_id as string) as merchant_order_no,
        cast(store_id as string) as store_id,
        cast(refund_id as string) as refund_id,

        ---------- text
        cast(txn_type as string) as txn_type,
        cast(item_title as string) as item_title,
        cast(store_name as string) as store_name,
        cast(buyer_account_masked as string) as buyer_account_masked,

        ---------- numbers
        cast(order_amount as decimal(18, 2)) as order_amount,
        cast(received_amount as decimal(18, 2)) as received_amount,
        cast(fee as decimal(18, 6)) as fee,

        ---------- timestamps
        cast(occurred_at as timestamp) as occurred_at,
        cast(created_at as timestamp) as created_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
