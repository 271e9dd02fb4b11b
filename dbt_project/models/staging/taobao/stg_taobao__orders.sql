with

source as (

    select * from {{ source('landing', 'taobao_order') }}

),

newest as (

    {{ dedupe('source', key=['order_id']) }}

),

final as (

    select
        ---------- ids
        cast('taobao:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(waybill as string) as waybill,

        ---------- text
        cast(buyer_nick_masked as string) as buyer_nick_masked,
        cast(status as string) as status,
        cast(receiver_name as string) as receiver_name,
        cast(receiver_address as string) as receiver_address,
        cast(receiver_phone as string) as receiver_phone,
        cast(item_titles as string) as item_titles,
        cast(shop as string) as shop,
        cast(close_reason as string) as close_reason,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(goods_amount as decimal(18, 2)) as goods_amount,
        cast(postage as decimal(18, 2)) as postage,
        cast(refund_amount as decimal(18, 2)) as refund_amount,
        cast(received_amount as decimal(18, 2)) as received_amount,
        cast(quantity as bigint) as quantity,
        cast(total_amount as decimal(18, 2)) as total_amount,

        ---------- timestamps
        cast(created_at as timestamp) as created_at,
        cast(paid_at as timestamp) as paid_at,
        cast(finished_at as timestamp) as finished_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
