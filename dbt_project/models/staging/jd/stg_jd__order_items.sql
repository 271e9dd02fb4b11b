with

source as (

    select * from {{ source('landing', 'jd_order') }}

),

newest as (

    {{ dedupe('source', key=['order_id', 'item_id']) }}

),

final as (

    select
        ---------- ids
        cast('jd:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(item_id as string) as item_id,
        cast(jd_account as string) as jd_account,
        cast(sku_code as string) as sku_code,

        ---------- text
        cast(item_title as string) as item_title,
        cast(status as string) as status,
        cast(receiver_name_masked as string) as receiver_name_masked,
        cast(receiver_phone as string) as receiver_phone,
        cast(pay_type as string) as pay_type,
        cast(receiver_address as string) as receiver_address,
        cast(seller_remark as string) as seller_remark,

        ---------- numbers
        cast(quantity as bigint) as quantity,
        cast(price as decimal(18, 2)) as price,
        cast(order_amount as decimal(18, 2)) as order_amount,
        cast(order_paid_amount as decimal(18, 2)) as order_paid_amount,
        cast(freight_amount as decimal(18, 2)) as freight_amount,

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
