{{ config(materialized='handoff') }}

with

final as (

    select * from {{ ref('int_wechat_attributes') }}
    union all
    select * from {{ ref('int_member_attributes') }}
    union all
    select * from {{ ref('int_tracked_attributes') }}
    union all
    select * from {{ ref('int_order_attributes') }}

)

select * from final
where value != ''
