with

source as (

    select * from {{ source('landing', 'xiaohongshu_order') }}

),

newest as (

    {{
        dedupe(
            'source',
            key=['order_id', 'coalesce(sku_id, sku_code, item_id, item_title)', 'is_gift']
        )
    }}

),

final as (

    select
        ---------- ids
        cast('xiaohongshu:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(sku_id as string) as sku_id,
        cast(xhs_user_id as string) as xhs_user_id,
        cast(sku_code as string) as sku_code,
        cast(item_id as string) as item_id,

        ---------- text
        cast(status as string) as status,
        cast(aftersale_status as string) as aftersale_status,
        cast(receiver_phone as string) as receiver_phone,
        cast(item_title as string) as item_title,
        cast(receiver_name as string) as receiver_name,
        cast(province as string) as province,
        cast(city as string) as city,
        cast(shop as string) as shop,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(received_amount as decimal(18, 2)) as received_amount,
        cast(quantity as bigint) as quantity,
        cast(goods_amount as decimal(18, 2)) as goods_amount,

        ---------- booleans
        cast(is_gift as boolean) as is_gift,

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
