{{ config(materialized='view') }}

with

unioned as (

    select * from {{ ref('int_wechat_attributes') }}
    union all
    select * from {{ ref('int_scrm_attributes') }}
    union all
    select * from {{ ref('int_member_attributes') }}
    union all
    select * from {{ ref('int_answer_attributes') }}
    union all
    select * from {{ ref('int_tracked_attributes') }}
    union all
    select * from {{ ref('int_order_attributes') }}

),

final as (

    select
        record_id,
        attribute,
        value,
        is_verified,
        seen_at,
        source,
        source_file,
        line_number
    from unioned
    where value != ''

)

select * from final
