with

source as (

    select * from {{ source('landing', 'linkwechat_product_order') }}

),

newest as (

    {{ dedupe('source', key=['order_id']) }}

),

final as (

    select
        ---------- ids
        cast('wechat:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(wxpay_txn_id as string) as wxpay_txn_id,
        cast(external_userid as string) as external_userid,
        cast(refund_id as string) as refund_id,
        cast(staff_userid as string) as staff_userid,

        ---------- text
        cast(nickname as string) as nickname,
        cast(receiver_name as string) as receiver_name,
        cast(receiver_address as string) as receiver_address,
        cast(receiver_phone as string) as receiver_phone,
        cast(item_title as string) as item_title,
        cast(status as string) as status,
        cast(refund_status as string) as refund_status,
        cast(staff_name as string) as staff_name,

        ---------- numbers
        cast(quantity as bigint) as quantity,
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(refund_amount as decimal(18, 2)) as refund_amount,

        ---------- timestamps
        cast(paid_at as timestamp) as paid_at,
        cast(refunded_at as timestamp) as refunded_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
