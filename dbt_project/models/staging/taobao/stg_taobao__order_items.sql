with

source as (

    select * from {{ source('landing', 'taobao_order_item') }}

),

newest as (

    {{
        dedupe_documents(
            'source', document='order_id', item=['sku_code', 'item_title', 'sku_attrs']
        )
    }}

),

final as (

    select
        ---------- ids
        cast('taobao:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(sku_code as string) as sku_code,

        ---------- text
        cast(item_title as string) as item_title,
        cast(sku_attrs as string) as sku_attrs,
        cast(status as string) as status,

        ---------- numbers
        cast(price as decimal(18, 2)) as price,
        cast(quantity as bigint) as quantity,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
