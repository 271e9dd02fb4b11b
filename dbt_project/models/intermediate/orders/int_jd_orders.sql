with

order_items as (

    select * from {{ ref('stg_jd__order_items') }}

),

-- the export repeats order amounts and status on every item row: read them once, from the newest
newest_rows as (

    select *
    from (
        select
            *,
            row_number() over (partition by order_id order by {{ newest_first() }}) as row_rank
        from order_items
    ) as ranked
    where row_rank = 1

),

worded as (

    select
        *,
        {{ regexp_like('status', '^[(（]删除[)）]') }} as is_deleted,
        {{ regexp_replace_all('status', '^[(（](删除|锁定)[)）]', '') }} as status_word
    from newest_rows

),

classified as (

    select
        *,
        case
            when is_deleted or status_word like '%取消%' then 'cancelled'
            when status_word like '等待付款%' then 'unpaid'
            -- cash on delivery is money only once the parcel was handed over
            when pay_type = '货到付款' and status_word not like '%完成' then 'unpaid'
            else 'paid'
        end as order_status
    from worded

),

final as (

    select
        order_id,
        'jd' as platform,
        source_order_id,
        'jd_order' as source,
        order_status as status,
        status_word,
        order_paid_amount as gross_amount,
        cast(null as decimal(18, 2)) as stated_refund_amount,
        cast(null as decimal(18, 2)) as margin_amount,
        is_deleted
        or status_word like '等待%'
        or status_word like '%取消%'
        or status_word in ('完成', '已完成', '暂停', '正在出库', '已出库', '配送中') as is_status_known,
        created_at as ordered_at,
        paid_at
    from classified

)

select * from final
