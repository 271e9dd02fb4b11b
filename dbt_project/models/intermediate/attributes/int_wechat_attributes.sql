{{ config(materialized='handoff') }}

with

oa_users as (

    {{
        attribute_rows(
            ref('stg_wechat_oa__users'),
            source='wechat_oa_user',
            record="'wechat_oa_user:' || oa_openid",
            seen_at='coalesce(_exported_at, followed_at)',
            attributes=[
                {'attribute': 'nickname', 'column': 'nickname', 'verified': 'true'},
                {'attribute': 'gender', 'column': gender('gender_code'), 'verified': 'true'},
                {'attribute': 'province', 'column': province('province'), 'verified': 'true'},
                {'attribute': 'city', 'column': city('city'), 'verified': 'true'},
            ]
        )
    }}

),

-- staff write a name, a skin type or a mood into the remark: it may confirm a name, never state one
wecom_customers as (

    {{
        attribute_rows(
            ref('stg_wecom__customers'),
            source='wecom_customer',
            record="'wecom_customer:' || external_userid || ':' || staff_userid",
            seen_at='coalesce(_exported_at, added_at)',
            attributes=[
                {'attribute': 'nickname', 'column': 'nickname', 'verified': 'true'},
                {'attribute': 'gender', 'column': gender('gender'), 'verified': 'true'},
                {
                    'attribute': 'remark_name',
                    'column': text_part('remark', ' ', 1),
                    'verified': 'false',
                },
            ]
        )
    }}

),

group_members as (

    {{
        attribute_rows(
            ref('stg_wecom__group_members'),
            source='wecom_group_member',
            record="'wecom_group_member:' || chat_id || ':' || member_id",
            seen_at='coalesce(joined_at, _exported_at)',
            attributes=[
                {
                    'attribute': 'nickname',
                    'column': 'case when member_type = 2 then nickname end',
                    'verified': 'true',
                },
            ]
        )
    }}

),

final as (

    select * from oa_users
    union all
    select * from wecom_customers
    union all
    select * from group_members

)

select * from final
