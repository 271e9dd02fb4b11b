with

final as (

    select oa_openid from {{ ref('stg_wechat_oa__users') }}
    union
    select oa_openid from {{ ref('stg_wechat_oa__followers') }}
    union
    select oa_openid from {{ ref('stg_wechat_oa__events') }}
    union
    select oa_openid from {{ ref('stg_jinshuju__entries') }}
    where oa_openid is not null

)

select * from final
